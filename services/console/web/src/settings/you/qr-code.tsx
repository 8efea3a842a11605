import { encode } from 'uqr';
import { useMemo } from 'react';

/** Modules of white around it, as readers expect (ISO/IEC 18004, 6.3.8). */
const QUIET_MODULES = 4;

/** A text as a QR code: dark modules on white in both themes, drawn as one path. Nothing of it is markup. */
const QrCode = ({ text, label }: { text: string; label: string }) => {
  const { size, path } = useMemo(() => {
    const code = encode(text, { ecc: 'M', border: QUIET_MODULES });
    const dark = code.data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
    return { size: code.size, path: dark.join('') };
  }, [text]);
  return (
    <svg className="qr-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
};
export default QrCode;
