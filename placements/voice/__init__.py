"""How a municipality asks children what they think: rounds of interviews, the yearly report, and what the region sees."""
