"""What builds the project and puts its layers onto AWS, or onto an emulator of it; nothing here is in the package."""
