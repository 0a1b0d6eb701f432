package org.monostack.identity.model;

import java.util.Locale;

/**
 * Who has a role where.
 *
 * @param inherited whether it holds on the projects below the target instead of on the target
 */
public record Assignment(Actor actor, Target target, String roleId, boolean inherited) {

    public enum ActorKind {
        USER,
        GROUP;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public enum TargetKind {
        PROJECT,
        DOMAIN,
        SYSTEM;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public record Actor(ActorKind kind, String id) {
        public static Actor user(String id) {
            return new Actor(ActorKind.USER, id);
        }

        public static Actor group(String id) {
            return new Actor(ActorKind.GROUP, id);
        }
    }

    public record Target(TargetKind kind, String id) {
        /** The whole deployment; it has no id of its own. */
        public static final Target SYSTEM = new Target(TargetKind.SYSTEM, "system");

        public static Target project(String id) {
            return new Target(TargetKind.PROJECT, id);
        }

        public static Target domain(String id) {
            return new Target(TargetKind.DOMAIN, id);
        }
    }
}
