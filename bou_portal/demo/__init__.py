"""The demo: an invented region of children, homes and people, told to the portal by delivery files as a case system would."""
