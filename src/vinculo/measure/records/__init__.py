"""Lists of customers and the views of them that people save."""
