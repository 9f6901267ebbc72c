package io.parktls.sockets.jsse.contract;

import java.net.Socket;
import java.security.Principal;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Records which extended methods are called. */
final class RecordingKeyManager extends FixedKeyManager {
    final ManagerCalls calls = new ManagerCalls();
    final List<String> keyTypes = new CopyOnWriteArrayList<>();
    final List<Principal> issuers = new CopyOnWriteArrayList<>();

    RecordingKeyManager(Credentials credentials) {
        super(credentials.keyManager());
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] types, Principal @Nullable [] authorities, @Nullable Socket socket) {
        calls.add("chooseClientAlias", socket);
        keyTypes.addAll(Arrays.asList(types));
        if (authorities != null) {
            issuers.addAll(Arrays.asList(authorities));
        }
        return super.chooseClientAlias(types, authorities, socket);
    }

    @Override
    public @Nullable String chooseServerAlias(
            String type, Principal @Nullable [] authorities, @Nullable Socket socket) {
        calls.add("chooseServerAlias", socket);
        keyTypes.add(type);
        // Only for its own key type, as the key managers of the JDK do.
        return type.equals("EC") || type.startsWith("EC_") ? super.chooseServerAlias(type, authorities, socket) : null;
    }
}
