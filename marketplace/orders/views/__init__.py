"""Pages of the orders: the public board, and the desk on which departments write them."""
