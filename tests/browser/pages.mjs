// Every page of the portal as a person may come to it: what the tests of views and of the keyboard walk through.
export const kPages = {
  home: "/",
  catalog: "/catalog",
  components: "/catalog?kind=component",
  nothing: "/catalog?kind=component&q=zebra",
  entity: "/catalog/default/component/ticket-service",
  relations: "/catalog/default/component/ticket-service?tab=relations",
  definition: "/catalog/default/api/tickets-api?tab=definition",
  group: "/catalog/default/group/booking",
  objects: "/objects",
  deployments: "/objects/apps/deployments",
  configmaps: "/objects/core/configmaps",
  drawer: "/objects/core/namespaces?open=%2Fbooking",
  yaml: "/objects/core/namespaces/-/booking?tab=yaml",
  empty: "/objects/batch/jobs",
  problems: "/problems",
  settings: "/settings",
  missing: "/nowhere/at/all",
};

export const kViews = {
  "wide-light": { viewport: { width: 1440, height: 900 }, colorScheme: "light" },
  "wide-dark": { viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
  "narrow-light": { viewport: { width: 390, height: 844 }, colorScheme: "light" },
  "narrow-dark": { viewport: { width: 390, height: 844 }, colorScheme: "dark" },
};
