"""The way in: what a channel hears is journaled, carried, read, matched, judged, stored, and made cases."""
