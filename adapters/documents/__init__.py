"""Text to the domain's values and back: sweep files, requests, payloads, answers."""
