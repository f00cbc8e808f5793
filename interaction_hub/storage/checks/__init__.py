"""What `verify` looks at, one file a part of the truth: the log, the history, the work. All of it only reads."""
