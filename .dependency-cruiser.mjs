/** `npm run lint`: files may not import each other in a circle. Imports of types count, too. */

/** Circles that are still to be broken. Take a file off once it is in none; never add one. */
const STILL_IN_A_CIRCLE = [
  "^local/sandbox(-api)?[.]ts$",
  "^runtime/updater/(history|judge|regression)[.]ts$",
];

export default {
  forbidden: [
    {
      name: "no-circular",
      comment:
        "What two files need of each other belongs in a third, or behind an interface that one declares.",
      severity: "error",
      from: { pathNot: STILL_IN_A_CIRCLE },
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|node_modules)/|/target/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
