"""What people read: HTML, JSON, JUnit XML."""
