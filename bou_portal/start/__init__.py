"""The start page: for each role what waits, how it goes and what is next. Above everything, because it reads all."""
