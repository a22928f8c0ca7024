"""Published indicators, and released figures taken out."""
