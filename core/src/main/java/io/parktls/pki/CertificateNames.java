package io.parktls.pki;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that a certificate is for: the DNS names and IP addresses of its subjectAltName extension. The common name
 * is ignored (RFC 9525 2). Immutable.
 */
public final class CertificateNames {
    private static final int SAN_DNS = 2;
    private static final int SAN_ADDRESS = 7;
    private static final int MAX_SHOWN = 8;

    private final List<String> dnsNames;
    private final List<byte[]> addresses;

    private CertificateNames(List<String> dnsNames, List<byte[]> addresses) {
        this.dnsNames = dnsNames;
        this.addresses = addresses;
    }

    /** Returns the names of a certificate; none if the extension is absent or cannot be parsed. */
    public static CertificateNames of(X509Certificate certificate) {
        List<String> dnsNames = new ArrayList<>();
        List<byte[]> addresses = new ArrayList<>();
        for (List<?> entry : alternativeNames(certificate)) {
            if (!(entry.get(1) instanceof String value)) {
                continue;
            }
            if (Integer.valueOf(SAN_DNS).equals(entry.get(0))) {
                dnsNames.add(value.toLowerCase(Locale.ROOT));
            } else if (Integer.valueOf(SAN_ADDRESS).equals(entry.get(0))) {
                byte[] address = HostNames.toAddress(value);
                if (address != null) {
                    addresses.add(address);
                }
            }
        }
        return new CertificateNames(List.copyOf(dnsNames), List.copyOf(addresses));
    }

    /** Whether the certificate is for a host name or IP address. */
    public boolean include(String host) {
        byte[] address = HostNames.toAddress(host);
        if (address != null) {
            return addresses.stream().anyMatch(candidate -> Arrays.equals(candidate, address));
        }
        String name = HostNames.toAscii(host);
        return name != null && dnsNames.stream().anyMatch(candidate -> matches(candidate, name));
    }

    /** Returns all names as text: DNS names in lower case, addresses in the notation of {@link InetAddress}. */
    public List<String> all() {
        return Stream.concat(dnsNames.stream(), addresses.stream().map(CertificateNames::addressText))
                .toList();
    }

    /** Returns those of these names that another certificate is not for. */
    public CertificateNames without(CertificateNames other) {
        return new CertificateNames(
                // A name with a wildcard is not a host, so it is compared as it is.
                dnsNames.stream()
                        .filter(name -> !other.dnsNames.contains(name) && !other.include(name))
                        .toList(),
                addresses.stream()
                        .filter(address -> other.addresses.stream().noneMatch(same -> Arrays.equals(same, address)))
                        .toList());
    }

    public boolean isEmpty() {
        return dnsNames.isEmpty() && addresses.isEmpty();
    }

    /** Returns the names as readable text, at most the first eight of them. */
    @Override
    public String toString() {
        int count = dnsNames.size() + addresses.size();
        if (count == 0) {
            return "no host";
        }
        String shown = Stream.concat(
                        dnsNames.stream().map(CertificateNames::dnsText),
                        addresses.stream().map(CertificateNames::addressText))
                .limit(MAX_SHOWN)
                .map(Printable::of)
                .collect(Collectors.joining(", "));
        return count > MAX_SHOWN ? shown + " and " + (count - MAX_SHOWN) + " more" : shown;
    }

    /**
     * Returns why the certificate is not for a host, as the predicate of a sentence whose subject is the certificate.
     */
    public String mismatch(String host) {
        boolean address = HostNames.isAddress(host);
        String wanted = (address ? "the IP address " : "") + Secrets.quotedHost(host);
        if (isEmpty()) {
            String name = Printable.of(host);
            return "is for no host, so not for " + wanted
                    + ": it has no subject alternative names, and its common name does"
                    + " not count (RFC 9525). The certificate must be issued again with subjectAltName="
                    + (address ? "IP:" : "DNS:") + name;
        }
        return "is for " + this + ", not for " + wanted + hint(host, address);
    }

    private String hint(String host, boolean address) {
        if (address) {
            return addresses.isEmpty() ? " (it has no IP address among its subject alternative names)" : "";
        }
        String name = HostNames.toAscii(host);
        boolean wildcard = name != null && dnsNames.stream().anyMatch(presented -> isNearWildcard(presented, name));
        return wildcard
                ? " (the asterisk stands for exactly one label, and never for one directly below a top-level domain)"
                : "";
    }

    private static boolean isNearWildcard(String presented, String name) {
        return presented.startsWith("*.")
                && (name.endsWith(presented.substring(1)) || name.equals(presented.substring(2)));
    }

    private static String dnsText(String name) {
        return HostNames.isAddress(name) ? name + " (a DNS name that looks like an address)" : name;
    }

    private static boolean matches(String presented, String name) {
        return presented.startsWith("*.") ? matchesWildcard(presented.substring(1), name) : presented.equals(name);
    }

    /**
     * Matches a wildcard as RFC 9525 6.3 defines it: the asterisk is the whole left-most label and matches exactly one
     * label. It never matches directly below a top-level domain, because such names belong to unrelated owners.
     */
    private static boolean matchesWildcard(String suffix, String name) {
        int dot = name.indexOf('.');
        return dot > 0 && suffix.indexOf('.', 1) > 0 && name.substring(dot).equals(suffix);
    }

    private static Collection<List<?>> alternativeNames(X509Certificate certificate) {
        try {
            @Nullable Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null ? List.of() : names;
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    private static String addressText(byte[] address) {
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an IP address has " + address.length + " bytes, not 4 or 16", e);
        }
    }
}
