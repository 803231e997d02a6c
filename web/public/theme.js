// Runs before the first paint, so that a chosen theme never flashes in the other one. See src/lib/theme.ts.
(() => {
  const theme = localStorage.getItem("goldenpath.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
})();
