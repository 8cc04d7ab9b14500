"""What is fast and how fast: programs that print figures; none of them is a test."""
