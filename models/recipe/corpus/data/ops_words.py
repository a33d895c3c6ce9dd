"""Word pairs for small text tasks."""

OPP = [
    x.split("/")
    for x in """
big/small hot/cold up/down left/right day/night black/white old/new fast/slow happy/sad open/closed
good/bad high/low long/short wet/dry hard/soft rich/poor strong/weak early/late full/empty light/dark
in/out on/off yes/no first/last near/far push/pull win/lose buy/sell give/take start/stop come/go
love/hate true/false clean/dirty loud/quiet thick/thin wide/narrow sharp/dull sweet/sour young/old
brave/afraid begin/end above/below inside/outside front/back top/bottom north/south east/west
summer/winter king/queen boy/girl man/woman mother/father brother/sister friend/enemy question/answer
laugh/cry asleep/awake alive/dead right/wrong easy/difficult cheap/expensive deep/shallow smooth/rough
heavy/light tall/short fat/thin kind/cruel polite/rude safe/dangerous simple/complex find/lose
remember/forget arrive/leave rise/fall accept/refuse increase/decrease always/never everything/nothing
before/after more/less many/few morning/evening success/failure war/peace sunny/cloudy public/private
possible/impossible visible/invisible same/different ancient/modern float/sink whisper/shout sit/stand
enter/exit borrow/lend ask/answer teach/learn save/spend create/destroy freeze/melt float/sink
beautiful/ugly lazy/busy tight/loose calm/nervous entrance/exit sunrise/sunset hero/villain positive/negative
maximum/minimum forward/backward ceiling/floor together/apart healthy/sick straight/crooked
""".split()
]
PLURAL = [
    x.split("/")
    for x in """
cat/cats dog/dogs child/children mouse/mice man/men woman/women foot/feet tooth/teeth goose/geese
box/boxes bus/buses fox/foxes dish/dishes watch/watches baby/babies city/cities story/stories
party/parties leaf/leaves knife/knives wolf/wolves life/lives wife/wives potato/potatoes tomato/tomatoes
hero/heroes sheep/sheep fish/fish deer/deer person/people ox/oxen key/keys toy/toys boy/boys girl/girls
book/books tree/trees house/houses apple/apples orange/oranges car/cars glass/glasses class/classes
church/churches brush/brushes peach/peaches berry/berries lady/ladies country/countries family/families
half/halves shelf/shelves loaf/loaves thief/thieves calf/calves scarf/scarves roof/roofs photo/photos
piano/pianos radio/radios monkey/monkeys donkey/donkeys day/days bird/birds star/stars flower/flowers
window/windows door/doors table/tables chair/chairs horse/horses cow/cows pencil/pencils bridge/bridges
match/matches wish/wishes kiss/kisses dress/dresses tax/taxes puppy/puppies kitten/kittens bunny/bunnies
cherry/cherries lorry/lorries penny/pennies fly/flies spy/spies robot/robots kernel/kernels chip/chips
""".split()
]
PAST = [
    x.split("/")
    for x in """
go/went run/ran eat/ate see/saw take/took make/made come/came give/gave find/found think/thought
say/said tell/told know/knew get/got sing/sang swim/swam drink/drank begin/began ring/rang sit/sat
stand/stood buy/bought bring/brought catch/caught teach/taught fly/flew grow/grew throw/threw draw/drew
write/wrote ride/rode drive/drove break/broke speak/spoke steal/stole choose/chose wear/wore tear/tore
sleep/slept keep/kept feel/felt leave/left meet/met read/read cut/cut put/put hit/hit build/built send/sent
lose/lost win/won sell/sold hold/held fall/fell fight/fought hear/heard pay/paid shine/shone forget/forgot
walk/walked play/played jump/jumped talk/talked look/looked help/helped call/called open/opened want/wanted
need/needed start/started clean/cleaned cook/cooked dance/danced live/lived love/loved smile/smiled
close/closed bake/baked use/used hope/hoped try/tried cry/cried study/studied carry/carried stop/stopped
plan/planned hop/hopped wash/washed watch/watched paint/painted listen/listened wait/waited visit/visited
have/had do/did is/was are/were can/could hide/hid bite/bit blow/blew lead/led feed/fed freeze/froze
""".split()
]
RHYME = [
    x.split()
    for x in """
cat hat bat mat rat
dog log fog frog
sun fun run bun
light night bright kite
tree bee sea free key
star car far jar
rain train plane chain
moon spoon soon noon
house mouse
ball tall wall fall small
king ring sing wing spring
book look cook hook
cake lake snake bake
day play way say gray
fish dish wish
boat coat goat float
hop top stop shop
sky fly high pie
nose rose toes
bear chair hair pear
bed red head bread
box fox socks
snow go slow blow
sand hand land band
blue shoe two you new
clock sock rock block
hill mill pill fill
wood good hood stood
nail tail snail whale
nine line wine pine
door floor four more
bell shell well tell
mice rice ice nice
cold gold old hold
pen ten hen men
sheep sleep deep keep
stone bone phone alone
dream cream stream team
wind pinned
gate plate late eight
pan can man van
pig big dig wig
duck luck truck stuck
hole pole mole coal
heart art part start
round sound ground found
cheese trees knees please
sock lock rock knock
""".strip().splitlines()
]
RHYME = [r for r in RHYME if len(r) > 1 and r[0] != "wind"]
