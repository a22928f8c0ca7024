"""The plan: its page, its versions, its paper."""
