package io.parktls.tickets;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The keys that are in use at the same time. All open tickets, and one seals them.
 *
 * @param upcoming the keys that will seal later, or that already seal on other machines
 * @param sealing the key that seals
 * @param former the keys that do not seal any more
 */
record KeySet(List<TicketKey> upcoming, TicketKey sealing, List<TicketKey> former) {
    /**
     * Derives keys from material. The first key seals; the others are upcoming ones or former ones.
     *
     * @param materials at least one
     * @param derivation derives a key from the bytes of a material
     * @throws KeyMaterialException if two keys have the same name
     */
    static KeySet derive(List<KeyMaterial> materials, Function<byte[], TicketKey> derivation) {
        Map<KeyName, KeyMaterial> origins = new HashMap<>();
        List<TicketKey> upcoming = new ArrayList<>();
        List<TicketKey> others = new ArrayList<>();
        for (KeyMaterial material : materials) {
            TicketKey key = derivation.apply(material.bytes());
            (material.isUpcoming() ? upcoming : others).add(key);
            KeyMaterial same = origins.putIfAbsent(key.name(), material);
            if (same != null) {
                upcoming.forEach(TicketKey::discard);
                others.forEach(TicketKey::discard);
                throw new KeyMaterialException(same.origin() + " and " + material.origin()
                        + " for session tickets have the same name or are the same: keep one of them");
            }
        }
        return new KeySet(upcoming, others.removeFirst(), others);
    }

    List<TicketKey> all() {
        List<TicketKey> all = new ArrayList<>(upcoming);
        all.add(sealing);
        all.addAll(former);
        return all;
    }
}
