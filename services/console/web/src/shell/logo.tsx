/** An organisation's logo, from the console's own origin; who cannot see it reads the name. */
export const Logo = ({ src, name }: { src: string; name: string }) => <img className="logo" src={src} alt={name} />;
