// Builds the precompiled header once; every module reuses it.
