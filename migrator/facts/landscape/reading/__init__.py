"""What each source says by itself: Dockerfiles, code, proxies, what infrastructure files define; nothing is compared here."""
