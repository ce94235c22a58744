"""Cards: vCards read as rows of customers, and customers written as vCards."""
