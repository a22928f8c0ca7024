"""Who decides what: bodies, agendas, decisions, the steering group's room."""
