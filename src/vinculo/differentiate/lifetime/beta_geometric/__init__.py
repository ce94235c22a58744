"""What BG/NBD and MBG/NBD share: the two differ by one toss of the dropout coin."""
