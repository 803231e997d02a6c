// The portal's icons: 16 by 16, one stroke, the colour of the text around them.

const kPaths = {
  home: "M2.500 7.200 8 2.800l5.500 4.400M4 6.300V13h8V6.300M6.700 13V9.500h2.600V13",
  catalog: "M2.500 2.500h4.500v4.500H2.500zM9 2.500h4.500v4.500H9zM2.500 9h4.500v4.500H2.500zM9 9h4.500v4.500H9z",
  applications: "M4.500 2.500a1.800 1.800 0 1 0 0 3.600 1.800 1.800 0 0 0 0-3.600zM4.500 9.900a1.800 1.800 0 1 0 0 3.600 1.800 1.800 0 0 0 0-3.600zM11.500 4.500a1.800 1.800 0 1 0 0 3.600 1.800 1.800 0 0 0 0-3.600zM4.500 6.100v3.800M11.500 8.100c0 2.600-3.500 2-5.200 3",
  objects: "M8 1.800 13.500 4.900v6.200L8 14.200 2.500 11.100V4.900zM2.700 5 8 8l5.300-3M8 8v6",
  problems: "M8 2.300 14.200 13H1.800zM8 6.500v3M8 11.200v.1",
  settings: "M2 4.500h6M12 4.500h2M2 11.500h2M8 11.500h6M10 2.800v3.400M6 9.800v3.400",
  search: "M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM10.300 10.300l3.200 3.200",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1.300v1.200M8 13.500v1.200M1.300 8h1.200M13.500 8h1.200M3.300 3.300l.8.8M11.900 11.900l.8.8M3.300 12.700l.8-.8M11.900 4.100l.8-.8",
  moon: "M13.300 9.600A5.700 5.700 0 0 1 6.400 2.700a5.700 5.700 0 1 0 6.900 6.900z",
  screen: "M2 3h12v7.500H2zM5.500 13.200h5M8 10.500v2.700",
  menu: "M2.500 4.500h11M2.500 8h11M2.500 11.500h11",
  close: "M3.800 3.800l8.400 8.400M12.200 3.800l-8.400 8.400",
  right: "M6 3.500 10.500 8 6 12.500",
  left: "M10 3.500 5.500 8l4.500 4.500",
  down: "M3.500 6 8 10.500 12.500 6",
  up: "M3.500 10 8 5.500l4.500 4.500",
  copy: "M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3",
  check: "M3 8.500l3.300 3.300L13 4.700",
  cross: "M4.500 4.500l7 7M11.500 4.500l-7 7",
  external: "M6.500 3.500h-3v9h9v-3M9 2.800h4.200V7M13 3 7.500 8.500",
  file: "M3.500 1.800h5.800l3.200 3.200v9.200h-9zM9 2v3.300h3.300",
  link: "M6.700 9.300l2.600-2.600M7.500 4.700l1.300-1.300a2.700 2.700 0 0 1 3.800 3.800l-1.300 1.300M8.500 11.300l-1.300 1.300a2.700 2.700 0 0 1-3.800-3.800l1.300-1.300",
  trash: "M2.500 4h11M6 4V2.500h4V4M4 4l.6 9.500h6.800L12 4M6.700 6.700v4M9.300 6.700v4",
  edit: "M3 13l.6-2.900L10.800 2.900l2.300 2.300-7.200 7.200zM9.300 4.400l2.300 2.300",
  refresh: "M13.200 8a5.200 5.200 0 1 1-1.500-3.700L13.200 5.800M13.200 2.500v3.300H9.900",
  signout: "M6.500 2.500h-4v11h4M6.300 8h7.200M10.700 5.200 13.500 8l-2.800 2.800",
  filter: "M2 3.500h12l-4.700 5.400v4.300l-2.600-1.400V8.900z",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2.500 6V2.500H6M10 2.500h3.500V6M13.500 10v3.500H10M6 13.500H2.500V10",
  clock: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.800V8l2.200 1.500",
  info: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 7.300v3.500M8 5.200v.1",
  bolt: "M8.800 1.800 3.500 9h4l-.6 5.200L12.500 7h-4z",
  // Kinds of the catalog.
  component: "M8 1.800 13.500 4.900v6.200L8 14.200 2.500 11.100V4.900zM2.700 5 8 8l5.300-3M8 8v6",
  api: "M5.500 2.500c-2 0-1.800 1.500-1.800 3S3 8 2 8c1 0 1.700 1 1.700 2.500s-.2 3 1.800 3M10.500 2.500c2 0 1.800 1.500 1.800 3S13 8 14 8c-1 0-1.700 1-1.700 2.500s.2 3-1.800 3",
  resource: "M8 2c3 0 5 .9 5 2.100v7.800C13 13.100 11 14 8 14s-5-.9-5-2.100V4.100C3 2.900 5 2 8 2zM3 4.100c0 1.200 2 2.100 5 2.100s5-.9 5-2.100M3 8c0 1.200 2 2.100 5 2.100s5-.9 5-2.100",
  system: "M8 2 14 5 8 8 2 5zM2.500 8 8 10.800 13.500 8M2.500 11 8 13.800 13.500 11",
  domain: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM2 8h12M8 2c2 1.800 2.600 3.900 2.600 6S10 12.200 8 14c-2-1.800-2.600-3.900-2.600-6S6 3.800 8 2z",
  group: "M6 7.500a2.400 2.400 0 1 0 0-4.800 2.400 2.400 0 0 0 0 4.800zM1.500 13.300c0-2.500 2-4 4.500-4s4.500 1.500 4.500 4M10.500 2.900a2.400 2.400 0 0 1 0 4.500M12 9.700c1.600.6 2.500 1.900 2.500 3.600",
  user: "M8 7.700a2.700 2.700 0 1 0 0-5.400 2.700 2.700 0 0 0 0 5.400zM2.800 13.700c0-2.700 2.300-4.200 5.200-4.200s5.200 1.500 5.200 4.200",
  template: "M2.500 13.500l7-7M8.300 5.300l2.400 2.400M11.500 1.500l.5 1.500 1.500.5-1.500.5-.5 1.500-.5-1.500-1.500-.5 1.500-.5zM4.500 2.500v2M3.500 3.500h2M13 9.500v2M12 10.500h2",
  location: "M8 14.300s4.800-4 4.800-7.600a4.800 4.800 0 0 0-9.600 0c0 3.600 4.800 7.600 4.800 7.600zM8 8.300A1.700 1.700 0 1 0 8 5a1.700 1.700 0 0 0 0 3.300z",
} as const;

export type IconName = keyof typeof kPaths;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.400"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={kPaths[name]} />
    </svg>
  );
}

export function iconPath(name: IconName): string {
  return kPaths[name];
}

const kKindIcons: Record<string, IconName> = {
  component: "component",
  api: "api",
  resource: "resource",
  system: "system",
  domain: "domain",
  group: "group",
  user: "user",
  template: "template",
  location: "location",
};

export function kindIcon(kind: string): IconName {
  return kKindIcons[kind.toLowerCase()] ?? "objects";
}

// A kind's icon in the kind's colour (styles/kinds in components.css).
export function KindIcon({ kind, size = 16 }: { kind: string; size?: number }) {
  return (
    <span className="kind-icon" data-kind={kind.toLowerCase()}>
      <Icon name={kindIcon(kind)} size={size} />
    </span>
  );
}
