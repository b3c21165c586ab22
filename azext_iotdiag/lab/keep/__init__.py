"""What a lab keeps when it ends: its identities, keys, certificates, ports, twins, enrollments and logins."""
