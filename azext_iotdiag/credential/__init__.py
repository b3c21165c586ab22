"""What opens a hub: connection strings and SAS tokens, read, judged and made. Pure; the clock is passed in."""
