"""What page, gateway and Django say to each other. Knows neither Django nor the gateway."""
