/** What was typed makes no sense; ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `npm run lab -- COMMAND [FILE] --target TARGET [OPTIONS]

Commands:
  observe              show the host's namespaces, bridges, links, routes and NAT rules
  plan FILE            show what apply would do, and change nothing
  apply FILE           make the host as the file says; if a step fails, everything is undone
  verify FILE          run the file's checks
  destroy FILE         take away what the lab created (or: destroy --lab NAME)
  export FILE          print a shell script that makes the lab without this program; with --down, one that takes it down
                       (with --target: for that host; without: for any that has nothing of the lab)
  adopt                print what is on the host as a topology file, whoever made it
  trace FROM TO        find out whether a packet gets from one place to another, and if not, where and why it ends;
                       FROM: a namespace or container (NAME@ADDRESS for one of its addresses), host,
                       outside[:ADDRESS][@INTERFACE]; TO: an address, a namespace, NAMESPACE:PORT, a URL, a name
  check-host           list what the host has and lacks for all this, what each lack costs, and what mends it

Options:
  --target TARGET      ssh://USER@HOST:PORT, a host of your SSH configuration, or local: this machine
  --identity KEY       private key file; otherwise the agent and the usual files in ~/.ssh
  --known-hosts FILE   otherwise ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts
  --adopt              with plan and apply: what others made under names of the file becomes the lab's, where it can
  --matrix             with verify: ping every pair of namespaces (and the host), and show who reaches whom
  --namespace NAME     with adopt: only this namespace and what belongs to it; more than once for several
  --name NAME          with adopt: what the lab is called in the file
  --down               with export: the script that takes the lab down
  --nft, --iptables    with export and no --target: what translates addresses; default nft
  --tcp PORT, --udp PORT
                       with trace: what is sent; otherwise a ping, or TCP where the destination has a port
  --size BYTES         with trace: how large the ping or datagram is; nobody on the way may cut it up
  --fix                with trace: mend what is found and trace again, until it gets there; says how to take it back
  --lab NAME           the lab to destroy, where there is no file
  --confirm-within SECONDS
                       how long the host waits for a new connection to confirm a change of its own network before it
                       undoes everything; default 30, 0 for never
  --json               print one JSON document on standard output, everything else on standard error
  --help               print this

Exit codes: 0 the work succeeded and every check held; 1 it did not; 2 the command line is wrong; 130 stopped by Ctrl-C.
Ctrl-C during apply or destroy puts the host back first.
`;
