"""The documents that are exchanged, as plain data: request, worker payload, result lines."""
