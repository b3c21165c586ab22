"""What the lab says over the wire in the place of Azure: one module for each service, others for its parts."""
