// Made by tools/generate-web-types.py from src/platform/object/types; not to be edited.

export const kEventKind = { group: "", version: "v1", kind: "Event", plural: "events", isNamespaced: true };
export const kNamespaceKind = { group: "", version: "v1", kind: "Namespace", plural: "namespaces", isNamespaced: false };
export const kCatalogSourceKind = { group: "goldenpath.dev", version: "v1alpha1", kind: "CatalogSource", plural: "catalogsources", isNamespaced: false };
export const kManifestSourceKind = { group: "goldenpath.dev", version: "v1alpha1", kind: "ManifestSource", plural: "manifestsources", isNamespaced: false };
