"""How requests and connections reach the lab's services: ports, TLS, the proxy, HTTP."""
