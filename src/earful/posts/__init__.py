"""Posts: everything heard, once each, as the networks say it stands now."""
