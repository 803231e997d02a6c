// Stands in for a module that has only headers so far.
