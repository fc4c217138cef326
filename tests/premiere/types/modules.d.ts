// What UXP gives a panel and its published types leave out.

declare module "premierepro" {
  const ppro: import("@adobe/premierepro").premierepro;
  export = ppro;
}

declare function setTimeout(work: (value?: any) => void, milliseconds: number): number;
declare function clearTimeout(timer: number): void;
