/** `npm run lint`: files may not import each other in a circle. Imports of types count, too. */

export default {
  forbidden: [
    {
      name: "no-circular",
      comment:
        "What two files need of each other belongs in a third, or behind an interface that one declares.",
      severity: "error",
      from: {},
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
