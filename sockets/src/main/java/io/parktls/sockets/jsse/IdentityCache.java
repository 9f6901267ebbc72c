package io.parktls.sockets.jsse;

import io.parktls.TlsIdentity;
import io.parktls.pki.LruCache;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Keeps the identities that key managers return, since an engine prepares each identity only once. A manager that
 * creates a new key object for each call still works, at the cost of preparing each. Thread-safe.
 */
final class IdentityCache {
    private static final int CAPACITY = 256;

    private final LruCache<Key, TlsIdentity> identities = new LruCache<>(CAPACITY);

    /** Compares the private key by identity: comparing its value is not possible for every key, and not constant-time. */
    private record Key(PrivateKey key, List<X509Certificate> chain) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key that && key == that.key && chain.equals(that.chain);
        }

        @Override
        public int hashCode() {
            return chain.getFirst().hashCode();
        }
    }

    TlsIdentity identity(PrivateKey key, List<X509Certificate> chain) {
        Key searched = new Key(key, List.copyOf(chain));
        TlsIdentity known = identities.get(searched);
        if (known == null) {
            known = TlsIdentity.asGiven(key, searched.chain);
            identities.put(searched, known);
        }
        return known;
    }
}
