"""What people and programs read: values rendered as text, as JSON, as diffs and as pictures. Nothing is decided here."""
