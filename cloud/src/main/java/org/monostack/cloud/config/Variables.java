package org.monostack.cloud.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The one table of variables: what may stand in a local.conf, of which type, with which default and
 * with which meaning. Names are DevStack's where DevStack has one.
 */
public final class Variables {

    private static final List<Variable<?>> TABLE = new ArrayList<>();

    static final Variable<Ipv4> HOST_IP =
            worked(
                    "HOST_IP",
                    ValueType.ADDRESS,
                    "The address that the services listen on; the one of the default route if not"
                            + " given.");
    static final Variable<Ipv4> SERVICE_HOST =
            worked(
                    "SERVICE_HOST",
                    ValueType.ADDRESS,
                    "The address that the catalog names; HOST_IP if not given.");
    static final Variable<String> REGION_NAME =
            effective("REGION_NAME", ValueType.WORD, "RegionOne", "The region in the catalog.");
    static final Variable<String> ADMIN_PASSWORD =
            worked(
                    "ADMIN_PASSWORD",
                    ValueType.SECRET,
                    "Password of users admin and demo; made up and shown if not given.");
    static final Variable<String> SERVICE_PASSWORD =
            worked(
                    "SERVICE_PASSWORD",
                    ValueType.SECRET,
                    "Password of the service users (nova, glance, ...); made up if not given.");
    static final Variable<String> DATABASE_PASSWORD =
            worked(
                    "DATABASE_PASSWORD",
                    ValueType.SECRET,
                    "Password of the database user; made up if not given.");
    static final Variable<String> MYSQL_PASSWORD =
            worked("MYSQL_PASSWORD", ValueType.SECRET, "Another name of DATABASE_PASSWORD.");
    static final Variable<String> DATABASE_HOST =
            worked(
                    "DATABASE_HOST",
                    ValueType.TEXT,
                    "A MariaDB server to use (HOST or HOST:PORT) instead of a private one.");
    static final Variable<String> MYSQL_HOST =
            worked("MYSQL_HOST", ValueType.TEXT, "Another name of DATABASE_HOST.");
    static final Variable<String> DATABASE_USER =
            effective("DATABASE_USER", ValueType.WORD, "root", "The database user.");

    static {
        IdentityVariables.ALL.forEach(Variables::add);
    }

    static final Variable<Ipv4.Range> FLOATING_RANGE =
            effective(
                    "FLOATING_RANGE",
                    ValueType.CIDR,
                    "172.24.4.0/24",
                    "The range of the public network's subnet.");
    static final Variable<Ipv4> PUBLIC_NETWORK_GATEWAY =
            worked(
                    "PUBLIC_NETWORK_GATEWAY",
                    ValueType.ADDRESS,
                    "The router of the public network; the first address of FLOATING_RANGE if not"
                            + " given.");
    static final Variable<Ipv4.Pool> Q_FLOATING_ALLOCATION_POOL =
            worked(
                    "Q_FLOATING_ALLOCATION_POOL",
                    ValueType.POOL,
                    "The addresses of FLOATING_RANGE that the cloud may give away; all if not"
                            + " given.");
    static final Variable<Ipv4.Range> FIXED_RANGE =
            effective(
                    "FIXED_RANGE",
                    ValueType.CIDR,
                    "10.0.0.0/26",
                    "The range of the private network's subnet.");
    static final Variable<Ipv4> NETWORK_GATEWAY =
            worked(
                    "NETWORK_GATEWAY",
                    ValueType.ADDRESS,
                    "The private subnet's gateway; the first address of FIXED_RANGE if not given.");
    static final Variable<String> PUBLIC_INTERFACE =
            worked(
                    "PUBLIC_INTERFACE",
                    ValueType.INTERFACE,
                    "The network interface that joins the public bridge, with its addresses and"
                            + " routes; without one, the host itself is the public network's"
                            + " gateway.");
    static final Variable<String> PUBLIC_BRIDGE =
            effective(
                    "PUBLIC_BRIDGE", ValueType.INTERFACE, "br-ex", "The public network's bridge.");
    static final Variable<String> OVS_PHYSICAL_BRIDGE =
            worked(
                    "OVS_PHYSICAL_BRIDGE",
                    ValueType.INTERFACE,
                    "The bridge of PHYSICAL_NETWORK when OVS_BRIDGE_MAPPINGS does not say.");
    static final Variable<Map<String, String>> OVS_BRIDGE_MAPPINGS =
            worked(
                    "OVS_BRIDGE_MAPPINGS",
                    ValueType.BRIDGE_MAPPINGS,
                    "Which bridge each physical network is behind.");
    static final Variable<String> PUBLIC_PHYSICAL_NETWORK =
            effective(
                    "PUBLIC_PHYSICAL_NETWORK",
                    ValueType.WORD,
                    "public",
                    "The physical network of the public network.");
    static final Variable<String> PHYSICAL_NETWORK =
            effective(
                    "PHYSICAL_NETWORK",
                    ValueType.WORD,
                    "public",
                    "The physical network for VLANs of projects.");
    static final Variable<Boolean> Q_USE_SECGROUP =
            effective(
                    "Q_USE_SECGROUP",
                    ValueType.BOOLEAN,
                    "True",
                    "Whether security groups filter the seeded private network's ports.");
    static final Variable<Boolean> Q_L3_ENABLED =
            effective(
                    "Q_L3_ENABLED",
                    ValueType.BOOLEAN,
                    "True",
                    "Whether a router between the private and the public network is seeded.");
    static final Variable<Boolean> Q_USE_PROVIDERNET_FOR_PUBLIC =
            effective(
                    "Q_USE_PROVIDERNET_FOR_PUBLIC",
                    ValueType.BOOLEAN,
                    "True",
                    "Whether the public network is a provider network on PUBLIC_BRIDGE.");
    static final Variable<Boolean> ENABLE_TENANT_VLANS =
            effective(
                    "ENABLE_TENANT_VLANS",
                    ValueType.BOOLEAN,
                    "False",
                    "Whether VLANs of TENANT_VLAN_RANGE are offered on PHYSICAL_NETWORK, beside"
                            + " Geneve, which projects' networks use.");
    static final Variable<String> TENANT_VLAN_RANGE =
            worked(
                    "TENANT_VLAN_RANGE",
                    new ValueType<>(
                            "LOWEST:HIGHEST",
                            text -> {
                                if (!text.matches("\\d{1,4}:\\d{1,4}")) {
                                    throw new IllegalArgumentException(
                                            "is not of the form LOWEST:HIGHEST");
                                }
                                return text;
                            }),
                    "The VLANs that projects may use.");
    static final Variable<Boolean> NEUTRON_CREATE_INITIAL_NETWORKS =
            effective(
                    "NEUTRON_CREATE_INITIAL_NETWORKS",
                    ValueType.BOOLEAN,
                    "True",
                    "Whether the public and private networks are seeded.");
    static final Variable<String> PUBLIC_NETWORK_NAME =
            effective("PUBLIC_NETWORK_NAME", ValueType.WORD, "public", "Its name.");
    static final Variable<String> PUBLIC_SUBNET_NAME =
            effective("PUBLIC_SUBNET_NAME", ValueType.WORD, "public-subnet", "Its name.");
    static final Variable<String> PRIVATE_NETWORK_NAME =
            effective("PRIVATE_NETWORK_NAME", ValueType.WORD, "private", "Its name.");
    static final Variable<String> PRIVATE_SUBNET_NAME =
            effective("PRIVATE_SUBNET_NAME", ValueType.WORD, "private-subnet", "Its name.");
    static final Variable<String> Q_ROUTER_NAME =
            effective("Q_ROUTER_NAME", ValueType.WORD, "router1", "Its name.");
    static final Variable<String> Q_PLUGIN =
            effective(
                    "Q_PLUGIN",
                    ValueType.choice("ml2"),
                    "ml2",
                    "The network plugin; ml2 is the only one.");

    static final Variable<List<String>> IMAGE_URLS =
            effective("IMAGE_URLS", ValueType.URLS, "", "Images to bring in at the first start.");
    static final Variable<Boolean> DOWNLOAD_DEFAULT_IMAGES =
            effective(
                    "DOWNLOAD_DEFAULT_IMAGES",
                    ValueType.BOOLEAN,
                    "True",
                    "Whether a small guest image is brought in when IMAGE_URLS names none.");
    static final Variable<Boolean> OFFLINE =
            effective(
                    "OFFLINE",
                    ValueType.BOOLEAN,
                    "False",
                    "Whether nothing may be downloaded: no packages, no images.");

    static final Variable<String> VIRT_DRIVER =
            worked(
                    "VIRT_DRIVER",
                    ValueType.choice("libvirt", "fake"),
                    "libvirt: real servers and networks; fake: the APIs alone. Without root: fake.");
    static final Variable<String> LIBVIRT_TYPE =
            worked(
                    "LIBVIRT_TYPE",
                    ValueType.choice("kvm", "qemu"),
                    "kvm or qemu (emulation); found out by trying if not given.");
    static final Variable<Boolean> RESUME_GUESTS =
            effective(
                    "RESUME_GUESTS",
                    ValueType.BOOLEAN,
                    "True",
                    "Whether servers that ran when the cloud was stopped run again when it starts.");
    static final Variable<List<String>> ENABLED_SERVICES =
            effective(
                    "ENABLED_SERVICES",
                    ValueType.NAMES,
                    String.join(",", Services.STANDARD),
                    "The services that are on.");

    static final Variable<String> DEST =
            worked("DEST", ValueType.PATH, "The directory above DATA_DIR; /opt/stack for root.");
    static final Variable<String> DATA_DIR =
            worked(
                    "DATA_DIR",
                    ValueType.PATH,
                    "Where everything is kept; DEST/data for root, else"
                            + " ~/.local/share/monostack.");
    static final Variable<String> LOGFILE =
            worked(
                    "LOGFILE",
                    ValueType.PATH,
                    "Where stack.sh keeps what it printed; DATA_DIR/logs/stack.sh.log if not given.");
    static final Variable<String> LOGDIR =
            worked("LOGDIR", ValueType.PATH, "Where monostack.log goes; beside LOGFILE.");
    static final Variable<String> SCREEN_LOGDIR =
            worked("SCREEN_LOGDIR", ValueType.PATH, "The older name of LOGDIR.");
    static final Variable<String> POLICY_DIR =
            worked(
                    "POLICY_DIR",
                    ValueType.PATH,
                    "Where rules of your own are read from at the start: keystone/policy.yaml,"
                            + " glance/, placement/, neutron/, nova/; DATA_DIR/etc if not given.");
    static final Variable<Boolean> VERBOSE =
            effective(
                    "VERBOSE",
                    ValueType.BOOLEAN,
                    "True",
                    "Whether stack.sh prints a line per step; False: only its result.");
    static final Variable<Boolean> LOG_COLOR =
            effective(
                    "LOG_COLOR",
                    ValueType.BOOLEAN,
                    "True",
                    "Whether progress lines are coloured, when they go to a terminal.");
    static final Variable<String> NETNS =
            worked(
                    "NETNS",
                    ValueType.WORD,
                    "The network namespace that the whole cloud runs in; it must exist.");
    static final Variable<Integer> API_PORT =
            effective(
                    "API_PORT",
                    ValueType.integer(0, 65535),
                    "80",
                    "The port that answers for all services under /identity, /compute, ...; 0: any"
                            + " free one.");
    static final Variable<Integer> KEYSTONE_SERVICE_PORT =
            effective("KEYSTONE_SERVICE_PORT", ValueType.PORT, "5000", "Identity's port.");
    static final Variable<Integer> GLANCE_SERVICE_PORT =
            effective("GLANCE_SERVICE_PORT", ValueType.PORT, "9292", "Image's port.");
    static final Variable<Integer> NOVA_SERVICE_PORT =
            effective("NOVA_SERVICE_PORT", ValueType.PORT, "8774", "Compute's port.");
    static final Variable<Integer> METADATA_SERVICE_PORT =
            effective("METADATA_SERVICE_PORT", ValueType.PORT, "8775", "Metadata's port.");
    static final Variable<Integer> PLACEMENT_SERVICE_PORT =
            effective("PLACEMENT_SERVICE_PORT", ValueType.PORT, "8778", "Placement's port.");
    static final Variable<Integer> Q_PORT =
            effective("Q_PORT", ValueType.PORT, "9696", "Network's port.");

    static {
        Accepted.all().forEach(Variables::accepted);
    }

    private Variables() {}

    /** Every row, in the order of the table; families last among their kind. */
    public static List<Variable<?>> all() {
        return List.copyOf(TABLE);
    }

    /** The row for a name: its own, or that of its family. */
    static Optional<Variable<?>> find(String name) {
        for (Variable<?> variable : TABLE) {
            if (!variable.isFamily() && variable.matches(name)) {
                return Optional.of(variable);
            }
        }
        for (Variable<?> variable : TABLE) {
            if (variable.matches(name)) {
                return Optional.of(variable);
            }
        }
        return Optional.empty();
    }

    private static <T> Variable<T> effective(
            String name, ValueType<T> type, String standard, String meaning) {
        return add(Variable.effective(name, type, standard, meaning));
    }

    /** One whose default depends on others or on the machine, or that has none. */
    private static <T> Variable<T> worked(String name, ValueType<T> type, String meaning) {
        return add(Variable.worked(name, type, meaning));
    }

    private static void accepted(String name, String meaning) {
        add(new Variable<>(name, ValueType.TEXT, Optional.empty(), meaning, false));
    }

    private static <T> Variable<T> add(Variable<T> variable) {
        TABLE.add(variable);
        return variable;
    }
}
