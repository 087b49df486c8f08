"""Knowledge: one set of articles for all channels, kept by people."""
