"""The probe: plays citizens and departments around an app and writes down what it saw; knows no platform."""
