"""What Azure Monitor knows of the lab's services: metrics, from what really happened."""
