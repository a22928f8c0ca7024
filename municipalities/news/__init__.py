"""Public news, its feed and its subscribers."""
