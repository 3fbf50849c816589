"""What people get to read: the messages that each product shows, and the payloads that are sent for them."""
