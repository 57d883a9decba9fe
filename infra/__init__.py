"""What puts the rooms onto AWS, or onto an emulator of it; nothing here is part of the package."""
