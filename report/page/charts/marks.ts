/** Marks on a chart, which differ in shape as well as in colour. */
import type uPlot from "uplot";

export type Shape = "up" | "back" | "dot" | "cross" | "ring";

/** A mark and its place, in values of the scales `x` and `y`. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly shape: Shape;
  readonly color: string;
}

const RADIUS = 5;

/** Draws marks on top of the series. */
export function drawMarks(plot: uPlot, marks: readonly Mark[], surface: string): void {
  const { ctx } = plot;
  const radius = RADIUS * devicePixelRatio;
  ctx.save();
  ctx.setLineDash([]);
  ctx.lineWidth = 2 * devicePixelRatio;
  for (const { x, y, shape, color } of marks) {
    const left = plot.valToPos(x, "x", true);
    const top = plot.valToPos(y, "y", true);
    ctx.beginPath();
    trace(ctx, shape, left, top, radius);
    if (shape === "cross" || shape === "ring") {
      ctx.strokeStyle = color;
      if (shape === "ring") {
        ctx.fillStyle = surface;
        ctx.fill();
      }
      ctx.stroke();
    } else {
      // A rim in the page's own colour separates marks that touch.
      ctx.strokeStyle = surface;
      ctx.stroke();
      ctx.fillStyle = color;
      ctx.fill();
    }
  }
  ctx.restore();
}

function trace(ctx: CanvasRenderingContext2D, shape: Shape, x: number, y: number, r: number): void {
  switch (shape) {
    case "up":
      polygon(ctx, [x, y - 1.3 * r], [x + 1.2 * r, y + r], [x - 1.2 * r, y + r]);
      break;
    case "back":
      polygon(ctx, [x, y - 1.3 * r], [x + 1.3 * r, y], [x, y + 1.3 * r], [x - 1.3 * r, y]);
      break;
    case "cross":
      ctx.moveTo(x - r, y - r);
      ctx.lineTo(x + r, y + r);
      ctx.moveTo(x + r, y - r);
      ctx.lineTo(x - r, y + r);
      break;
    case "dot":
    case "ring":
      ctx.arc(x, y, r, 0, 2 * Math.PI);
  }
}

function polygon(ctx: CanvasRenderingContext2D, ...corners: readonly (readonly [number, number])[]): void {
  for (const [n, [x, y]] of corners.entries()) {
    if (n === 0) ctx.moveTo(x, y);
    else ctx.lineTo(x, y);
  }
  ctx.closePath();
}
