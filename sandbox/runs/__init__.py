"""One run on the platform's side: taken up, carried out, recorded, ended, and its report read."""
