"""What must hold among the parts of a pack. Each file checks one kind of rule; faults are noted, never raised."""
