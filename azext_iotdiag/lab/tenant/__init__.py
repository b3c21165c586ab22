"""The tenant around the lab's services: principals, roles, resources, and the services that show them."""
