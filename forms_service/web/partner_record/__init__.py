"""Partner record pages: the same for staff and partners: what they show, and what their forms change."""
