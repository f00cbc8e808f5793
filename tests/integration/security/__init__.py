"""Who may do what, and what keeps everybody else out: the lines of the security checklist about access."""
