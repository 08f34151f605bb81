"""What somebody would try against the people here, and the server itself first of all."""
